const maxNameLength = 150;
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}/\\:*?"<>|]/gu;
const notAscii = /[^\x20-\x7e]|%/g;
const notTokenSafe = /['()*]/g;

/**
 * The header that has a browser save a download under a name.
 *
 * What cannot be in a name of a file, on whatever system, or in a header becomes `_`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6266#section-4.3
 */
export function toContentDisposition(fileName: string): string {
  const name = toSafeName(fileName);
  const encoded = encodeURIComponent(name).replace(
    notTokenSafe,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${name.replace(notAscii, "_")}"; filename*=UTF-8''${encoded}`;
}

function toSafeName(fileName: string): string {
  const characters = Array.from(fileName.toWellFormed().replace(unsafe, "_"));
  // A leading dot hides a file; Windows drops those at the end.
  const name = characters
    .slice(0, maxNameLength)
    .join("")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  return name || "download";
}
