/** What an unexpected error says, for a report. */
export function toErrorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
