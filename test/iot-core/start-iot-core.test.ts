import { join } from "node:path";
import { expect, test } from "vitest";
import { startIotCore } from "../../src/iot-core/start-iot-core.ts";
import { identity, startStandIn, temporaryFolder, today } from "./support.ts";

function startAt(controlPlanePort: number, stateFile: string) {
  return startIotCore({
    stateFile,
    controlPlanePort,
    identity,
    now: () => today,
    publishEvent: () => {},
  });
}

test("a taken port is named, and the state file given back", async () => {
  const { iotCore } = await startStandIn();
  const port = Number(new URL(iotCore.controlPlaneUrl).port);
  const stateFile = join(temporaryFolder(), "iot-core.sqlite");
  await expect(startAt(port, stateFile)).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: expect.stringContaining(String(port)),
  });
  const next = await startAt(0, stateFile);
  await next.close();
});

test("close ends open connections and frees port and file", async () => {
  const stateFile = join(temporaryFolder(), "iot-core.sqlite");
  const { iot, iotCore } = await startStandIn({ stateFile });
  await iot.createThing({ thingName: "lamp" });
  const port = Number(new URL(iotCore.controlPlaneUrl).port);
  await iotCore.close();
  const again = await startAt(port, stateFile);
  expect(again.registry.tables.things.find("lamp")).toBeDefined();
  await again.close();
});
