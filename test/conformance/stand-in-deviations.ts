/** What the stand-in does otherwise than AWS IoT, on purpose: case id and why. */
export const standInDeviations: Readonly<Record<string, string>> = {
  "shadows-and-ingest/shadow/none-yet":
    "It has no device shadows: it ends the connection and says so",
  "shadows-and-ingest/ingest/accepted":
    "It has no basic ingest: it ends the connection and says so",
};
