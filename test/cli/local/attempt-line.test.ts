import { describe, expect, test } from "vitest";
import {
  toAttemptDetails,
  toAttemptLines,
  toLocalTime,
} from "../../../src/cli/local/attempt-line.ts";
import { widthOf } from "../../../src/cli/terminal-text.ts";
import { toLoggedConnection } from "../../../src/local/logged-connection.ts";
import { createReport } from "../../support/create-report.ts";

const entry = toLoggedConnection(
  createReport({
    at: new Date("2020-05-01T10:00:00Z"),
    clientId: "sensor-1",
    outcome: "CONNECT_DENIED",
    sentence: "The policies do not allow iot:Connect.",
    chain: [
      { certificateId: "c1".repeat(32), subject: "CN=sensor-1" },
      { certificateId: "ca".repeat(32), subject: "CN=Device CA" },
    ],
  }),
);
const at = toLocalTime(entry.at);

describe("the lines of a connection", () => {
  const head = `  ${at}  CONNECT_DENIED  sensor-1  c1c1c1c1  CN=sensor-1`;

  test.for([
    [undefined, [`${head}  The policies do not allow iot:Connect.`]],
    [140, [`${head}  The policies do not allow iot:Connect.`]],
    [80, [head, "      The policies do not allow iot:Connect."]],
    [
      40,
      [
        `  ${at}  CONNECT_DENIED`,
        "      sensor-1  c1c1c1c1  CN=sensor-1",
        "      The policies do not allow",
        "      iot:Connect.",
      ],
    ],
  ] as const)("in %s columns", ([columns, lines]) => {
    expect(toAttemptLines(entry, { columns })).toEqual(lines);
  });

  test("say how often it came", () => {
    const [line] = toAttemptLines(entry, { columns: undefined, count: 3 });
    expect(line).toContain("CONNECT_DENIED ×3");
  });

  test("leave out what there is not", () => {
    const bare = {
      ...entry,
      clientId: undefined,
      chain: [],
      outcome: "TLS_FAILED",
      sentence: "So.",
    };
    expect(toAttemptLines(bare, { columns: undefined })).toEqual([`  ${at}  TLS_FAILED  So.`]);
  });

  test("obey no control characters of devices", () => {
    const hostile = {
      ...entry,
      clientId: "\u001b[2J",
      sentence: "a\nb",
      chain: [{ certificateId: "c1", subject: "CN=\u0007" }],
    };
    const printed = [
      ...toAttemptLines(hostile, { columns: undefined }),
      ...toAttemptLines(hostile, { columns: 20 }),
      ...toAttemptDetails(hostile),
    ];
    expect(printed.join("")).not.toMatch(/\p{Cc}/u);
  });

  test("fit the terminal and have the whole sentence, whatever the device chose", () => {
    const sentence = `iot:Publish on ${"a/b温".repeat(60)}: The policies do not allow the message.`;
    const chosen = { ...entry, clientId: "温度計".repeat(9), sentence };
    for (let columns = 20; columns < 140; columns += 1) {
      const lines = toAttemptLines(chosen, { columns });
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      const shown = lines.join("").replaceAll(" ", "");
      expect(shown).toContain(sentence.replaceAll(" ", ""));
    }
  });
});

test("the details have the whole chain and its ids", () => {
  const details = toAttemptDetails(entry).join("\n");
  expect(details).toContain(`${"c1".repeat(32)}  CN=sensor-1`);
  expect(details).toContain(`${"ca".repeat(32)}  CN=Device CA`);
  expect(details).toContain("TLSv1.3, TLS_AES_256_GCM_SHA384, SNI localhost");
});

test("a time of another day has its day", () => {
  const now = new Date(2026, 4, 2, 12);
  expect(toLocalTime(new Date(2026, 4, 2, 9, 8, 7).toISOString(), now)).toBe("09:08:07");
  expect(toLocalTime(new Date(2026, 4, 1, 9, 8, 7).toISOString(), now)).toBe("2026-05-01 09:08:07");
});
