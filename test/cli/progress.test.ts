import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createByteProgress, createProgress, createShareProgress } from "../../src/cli/progress.ts";

/** A terminal, and a clock that moves when it is told to. */
function setup({ isTTY = true } = {}) {
  const drawn: string[] = [];
  const wasTTY = process.stderr.isTTY;
  process.stderr.isTTY = isTTY;
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    drawn.push(String(text).replace("\r\u001b[2K", ""));
    return true;
  });
  vi.useFakeTimers();
  onTestFinished(() => {
    process.stderr.isTTY = wasTTY;
    write.mockRestore();
    vi.useRealTimers();
  });
  return { drawn, pass: (ms: number) => vi.advanceTimersByTime(ms) };
}

describe("progress on a terminal", () => {
  test("keeps to one line of it, as only that is cleared", () => {
    const { drawn, pass } = setup();
    const wasWide = process.stderr.columns;
    process.stderr.columns = 50;
    onTestFinished(() => {
      process.stderr.columns = wasWide;
    });
    const progress = createShareProgress("Batch", true);
    pass(500);
    progress.update(0.5, "checking and landing");
    expect(drawn).toEqual(["Batch  ███████████████░░░░░░░░░░░░░░░  50 %  che…"]);
  });

  test("is drawn when it takes long, not too often, and is gone at the end", () => {
    const { drawn, pass } = setup();
    const progress = createProgress("Importing", 2_000, true);
    progress.update(1);
    pass(500);
    progress.update(500);
    pass(50);
    progress.update(501);
    pass(50);
    progress.update(2_000);
    progress.clear();
    expect(drawn).toEqual([
      "Importing  ████████░░░░░░░░░░░░░░░░░░░░░░  500 of 2,000",
      "Importing  ██████████████████████████████  2,000 of 2,000",
      "",
    ]);
  });

  test("of a file is in bytes, and of a batch a share with a note", () => {
    const { drawn, pass } = setup();
    const bytes = createByteProgress("Uploading", 5_000_000, true);
    const share = createShareProgress("Batch", true);
    pass(500);
    bytes.update(2_500_000);
    share.update(0.999, "checking and landing, 9 rows");
    expect(drawn).toEqual([
      "Uploading  ███████████████░░░░░░░░░░░░░░░  2.5 MB of 5.0 MB",
      "Batch  ██████████████████████████████  99 %  checking and landing, 9 rows",
    ]);
  });

  test("is nowhere else, nor where nobody watches", () => {
    const { drawn, pass } = setup({ isTTY: false });
    const progress = createProgress("Importing", 2, true);
    pass(500);
    progress.update(1);
    progress.clear();
    process.stderr.isTTY = true;
    createProgress("Importing", 2, false).update(1);
    expect(drawn).toEqual([]);
  });
});
