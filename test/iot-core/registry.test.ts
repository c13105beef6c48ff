import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CertificateStatus } from "../../src/iot-core/model.ts";
import { openRegistry } from "../../src/iot-core/registry.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { arnOf, issue, registerDevice, startStandIn, today } from "./support.ts";

const caCertificateId = "c".repeat(64);

function open(stateFile: string) {
  const registry = openRegistry(stateFile);
  onTestFinished(() => {
    registry.close();
  });
  return registry;
}

describe("the state file", () => {
  test("keeps everything across a restart", async () => {
    const stateFile = join(temporaryFolder(), "iot-core.sqlite");
    const first = await startStandIn({ stateFile });
    const { id, arn } = await registerDevice(first.iot);
    const { registrationCode } = await first.iot.getRegistrationCode({});
    await first.iot.createThing({ thingName: "lamp" });
    await first.iot.attachThingPrincipal({ thingName: "lamp", principal: arn });
    const before = await first.iot.describeCertificate({ certificateId: id });
    await first.close();

    const { iot, iotCore } = await startStandIn({ stateFile });
    const after = await iot.describeCertificate({ certificateId: id });
    expect(after.certificateDescription).toEqual(before.certificateDescription);
    expect(await iot.getRegistrationCode({})).toMatchObject({ registrationCode });
    expect(iotCore.registry.isAttached("lamp", id)).toBe(true);
  });

  test("keeps groups, types and billing groups as they were changed", async () => {
    const stateFile = join(temporaryFolder(), "iot-core.sqlite");
    const first = await startStandIn({ stateFile });
    await first.iot.createThingType({ thingTypeName: "bulb" });
    await first.iot.createBillingGroup({ billingGroupName: "shop" });
    await first.iot.createThing({
      thingName: "lamp",
      thingTypeName: "bulb",
      billingGroupName: "shop",
    });
    await first.iot.deprecateThingType({ thingTypeName: "bulb" });
    await first.iot.createThingGroup({ thingGroupName: "house" });
    await first.iot.updateThingGroup({
      thingGroupName: "house",
      thingGroupProperties: { attributePayload: { attributes: { floors: "2" } } },
    });
    await first.iot.updateBillingGroup({
      billingGroupName: "shop",
      billingGroupProperties: { billingGroupDescription: "paid by the shop" },
    });
    const describe = (iot: typeof first.iot) =>
      Promise.all([
        iot.describeThing({ thingName: "lamp" }),
        iot.describeThingType({ thingTypeName: "bulb" }),
        iot.describeThingGroup({ thingGroupName: "house" }),
        iot.describeBillingGroup({ billingGroupName: "shop" }),
      ]);
    const withoutMetadata = (answers: Awaited<ReturnType<typeof describe>>) =>
      answers.map((answer) => ({ ...answer, $metadata: undefined }));
    const before = withoutMetadata(await describe(first.iot));
    expect(before).toMatchObject([
      { billingGroupName: "shop" },
      { thingTypeMetadata: { deprecated: true } },
      { version: 2 },
      { version: 2 },
    ]);
    await first.close();
    const second = await startStandIn({ stateFile });
    expect(withoutMetadata(await describe(second.iot))).toEqual(before);
  });

  test("keeps every acknowledged change of a process that is killed", async () => {
    const stateFile = join(temporaryFolder(), "iot-core.sqlite");
    const registryModule = new URL("../../src/iot-core/registry.ts", import.meta.url);
    const program = `
      import { openRegistry } from ${JSON.stringify(registryModule.href)};
      const { tables, transaction } = openRegistry(${JSON.stringify(stateFile)});
      for (let number = 1; ; number += 1) {
        const thing = { thingName: "thing-" + number, thingId: "id", attributes: {}, version: 1 };
        transaction(() => tables.things.add(thing));
        process.stdout.write("thing-" + number + "\\n");
        if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let acknowledged = "";
    for await (const chunk of child.stdout) {
      acknowledged += String(chunk);
      if (acknowledged.length > 10_000) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");

    const names = acknowledged.split("\n").slice(0, -1);
    const { things } = open(stateFile).tables;
    expect(names.filter((name) => things.find(name) === undefined)).toEqual([]);
  });

  test("is one stand-in's at a time", () => {
    const stateFile = join(temporaryFolder(), "iot-core.sqlite");
    const first = openRegistry(stateFile);
    expect(() => openRegistry(stateFile)).toThrow(
      expect.objectContaining({
        code: "IOT_CORE_STATE_IN_USE",
        message: expect.stringContaining(stateFile),
      }),
    );
    first.close();
    open(stateFile);
  });

  const damages: readonly { name: string; damage: (stateFile: string) => void }[] = [
    { name: "is no database", damage: (file) => writeFileSync(file, "not a database".repeat(100)) },
    {
      name: "has been cut off",
      damage: (file) => {
        fill(file);
        truncateSync(file, 8192);
      },
    },
    {
      name: "has been overwritten in places",
      damage: (file) => {
        fill(file);
        const content = readFileSync(file);
        writeFileSync(file, content.fill(0xff, 4096, content.length - 4096));
      },
    },
    {
      name: "is another program's database",
      damage: (file) => {
        const database = new DatabaseSync(file);
        database.exec("CREATE TABLE thing (name TEXT)");
        database.close();
      },
    },
    {
      name: "is of another version",
      damage: (file) => {
        fill(file);
        const database = new DatabaseSync(file);
        database.exec("PRAGMA user_version = 99");
        database.close();
      },
    },
  ];
  test.for(damages)("is refused when it $name, and left as it is", ({ damage }) => {
    const stateFile = join(temporaryFolder(), "iot-core.sqlite");
    damage(stateFile);
    const content = readFileSync(stateFile);
    expect(() => openRegistry(stateFile)).toThrow(
      expect.objectContaining({
        code: "IOT_CORE_STATE_DAMAGED",
        message: expect.stringMatching(
          new RegExp(`^${RegExp.escape(stateFile)} .*move the file away`),
        ),
      }),
    );
    expect(readFileSync(stateFile).equals(content)).toBe(true);
  });

  function fill(stateFile: string) {
    const registry = openRegistry(stateFile);
    registry.transaction(() => {
      for (let number = 0; number < 500; number += 1) {
        const thingName = `thing-${number}`;
        registry.tables.things.add({ thingName, thingId: "id", attributes: {}, version: 1 });
      }
    });
    registry.close();
  }
});

describe("a transaction", () => {
  test("that throws leaves nothing behind and tells nobody", async () => {
    const registry = open(":memory:");
    const { pem: certificatePem, id } = await issue();
    registry.registerAtConnect({ certificatePem, caCertificateId, now: today });
    const told: unknown[] = [];
    registry.onCertificateStatus((...change) => told.push(change));
    expect(() =>
      registry.transaction(() => {
        registry.tables.certificates.setStatus(id, "ACTIVE", today);
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(registry.findCertificate(id)?.status).toBe("PENDING_ACTIVATION");
    registry.transaction(() => undefined);
    expect(told).toEqual([]);
  });
});

describe("what waits for a transaction to be stored", () => {
  test("all comes about, also when some of it fails", () => {
    const registry = openRegistry(":memory:");
    const done: string[] = [];
    const change = () =>
      registry.transaction(() => {
        registry.afterCommit(() => {
          throw new Error("nobody is there");
        });
        registry.afterCommit(() => done.push("told"));
      });
    expect(change).toThrow("nobody is there");
    expect(done).toEqual(["told"]);
    registry.close();
  });
});

describe("registerAtConnect", () => {
  test("stores a certificate once, and returns what is there afterwards", async () => {
    const registry = open(":memory:");
    const { pem: certificatePem, id } = await issue();
    const connect = () =>
      registry.registerAtConnect({ certificatePem, caCertificateId, now: today });
    expect(connect()).toEqual({
      certificateId: id,
      certificatePem: `${certificatePem}\n`,
      caCertificateId,
      status: "PENDING_ACTIVATION",
      certificateMode: "DEFAULT",
      creationDate: today,
      lastModifiedDate: today,
      customerVersion: 1,
    });
    registry.transaction(() => registry.tables.certificates.setStatus(id, "REVOKED", today));
    expect(connect()).toMatchObject({ status: "REVOKED", customerVersion: 2 });
    expect(registry.findCertificate(id)).toEqual(connect());
  });
});

describe("onCertificateStatus", () => {
  test("tells of every real change after it is stored, until told to stop", async () => {
    const { iot, iotCore } = await startStandIn();
    const { registry } = iotCore;
    const { id: certificateId } = await registerDevice(iot);
    const told: [string, CertificateStatus, CertificateStatus | undefined][] = [];
    const stop = registry.onCertificateStatus((id, status) =>
      told.push([id, status, registry.findCertificate(id)?.status]),
    );
    await iot.updateCertificate({ certificateId, newStatus: "ACTIVE" });
    await iot.updateCertificate({ certificateId, newStatus: "ACTIVE" });
    await iot.updateCertificate({ certificateId, newStatus: "INACTIVE" });
    stop();
    await iot.updateCertificate({ certificateId, newStatus: "REVOKED" });
    expect(told).toEqual([
      [certificateId, "ACTIVE", "ACTIVE"],
      [certificateId, "INACTIVE", "INACTIVE"],
    ]);
  });
});

describe("effectivePolicies", () => {
  test("are those of the certificate and of the groups of a thing attached to it", async () => {
    const { iot, iotCore } = await startStandIn();
    const { id, arn } = await registerDevice(iot);
    const documentOf = (resource: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "iot:Connect", Resource: arnOf(resource) },
      });
    await iot.createThingGroup({ thingGroupName: "house" });
    await iot.createThingGroup({ thingGroupName: "room", parentGroupName: "house" });
    const targets = { own: arn, house: arnOf("thinggroup/house"), room: arnOf("thinggroup/room") };
    for (const [policyName, target] of Object.entries(targets)) {
      await iot.createPolicy({ policyName, policyDocument: documentOf(policyName) });
      await iot.attachPolicy({ policyName, target });
    }
    await iot.createThing({ thingName: "lamp" });
    await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "room" });
    const effective = (thingName?: string) =>
      iotCore.registry.effectivePolicies(id, thingName).map(({ document }) => document);

    expect(effective()).toEqual([documentOf("own")]);
    expect(effective("lamp")).toEqual([documentOf("own")]);
    await iot.attachThingPrincipal({ thingName: "lamp", principal: arn });
    expect(effective("lamp")).toEqual([documentOf("own"), documentOf("room"), documentOf("house")]);
    await iot.createPolicyVersion({
      policyName: "own",
      policyDocument: documentOf("new"),
      setAsDefault: true,
    });
    expect(effective()).toEqual([documentOf("new")]);
  });
});
