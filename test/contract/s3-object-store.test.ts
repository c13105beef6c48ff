import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { describe } from "vitest";
import { createS3Client } from "../../src/aws/s3/create-s3-client.ts";
import { createS3ObjectStore } from "../../src/aws/s3/s3-object-store.ts";
import { describeObjectStore } from "./object-store.ts";
import { startMinistack } from "./start-ministack.ts";

const bucket = "manifests";

describe("MiniStack", () => {
  describeObjectStore("the S3 object store", async () => {
    const emulator = await startMinistack();
    const client = createS3Client(emulator);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return {
      at: (now) => createS3ObjectStore({ client, bucket, now }),
      close: async () => {
        client.destroy();
        await emulator.close();
      },
    };
  });
});
