import { describe, expect, test } from "vitest";
import { foldDeviceId } from "../../../src/rules/batch/fold-device-id.ts";

describe("ids as they are compared", () => {
  test.for([
    ["case", "0123F2408EA1FCF201", "0123f2408ea1fcf201"],
    ["colons", "AA:BB:CC:00:11:22", "aabbcc001122"],
    ["hyphens", "aa-bb-cc-00-11-22", "AABBCC001122"],
    ["dots between pairs", "aa.bb.cc.00.11.22", "aabbcc001122"],
    ["dots between fours", "AABB.CC00.1122", "aabbcc001122"],
    ["blanks", "aa bb cc 00 11 22", "aabbcc001122"],
    ["64 bits", "AA:BB:CC:00:11:22:33:44", "aabbcc0011223344"],
  ])("are one in spite of %s", ([, one = "", other = ""]) => {
    expect(foldDeviceId(one)).toBe(foldDeviceId(other));
  });

  test.for([
    ["what is no address", "dev-01-02", "dev0102"],
    ["mixed separators", "aa:bb-cc:00:11:22", "aabbcc001122"],
    ["too few", "aa:bb:cc:00:11", "aabbcc0011"],
    ["seven", "aa:bb:cc:00:11:22:33", "aabbcc00112233"],
    ["a thin difference", "sensor_1", "sensor-1"],
  ])("are two with %s", ([, one = "", other = ""]) => {
    expect(foldDeviceId(one)).not.toBe(foldDeviceId(other));
  });
});
