const certificateEnding = /\.(?:pem|crt|cer|der|p7b|p7c|cert)$/i;
/** Files of devices that lie in a folder of the device's name. */
const nameless =
  /^(?:(?:full|client|device|leaf|tls|public)?[-_ ]?(?:cert(?:ificate)?|chain|bundle)s?|device|client|leaf|tls)$/i;
const maxNameLength = 200;

/** As it may stand in a message and a report: in one line, and nothing in it that steers a terminal. */
export function toShownName(name: string): string {
  const shown = name.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd]/gu, "?");
  // The end of a path says more.
  return shown.length > maxNameLength ? `…${shown.slice(-maxNameLength).toWellFormed()}` : shown;
}

/** What is in archives beside files, of the systems that made them; or leads out of them. */
export function isOfSystem(name: string): boolean {
  const parts = name.split("/");
  const file = toFileName(name);
  return (
    parts.includes("__MACOSX") ||
    file.startsWith("._") ||
    /^(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(file)
  );
}

/** Whether a name would lead out of the folder that an archive is unpacked to. */
export function leadsOut(name: string): boolean {
  return name.startsWith("/") || /^[a-z]:/i.test(name) || name.split("/").includes("..");
}

/** Files that come with a delivery and are read by people: no certificates are missed in them. */
export function isDocument(name: string): boolean {
  return /\.(?:txt|md|rtf|pdf|html?|xml|docx?|xlsx?|pptx?|odt|ods|png|jpe?g|gif|svg|log|sha\d*|md5|asc|sig|url)$/i.test(
    name,
  );
}

/** An id that a file of one certificate may be named for; none where characters of the name are lost. */
export function toStem(name: string): string | undefined {
  const stem = toNamed(name);
  return stem === undefined || /^\.?$|\ufffd/.test(stem) ? undefined : stem;
}

/** The file, or its folder where the file has a name that says nothing. */
function toNamed(name: string): string | undefined {
  const stem = removeEndings(toFileName(name));
  return stem !== "" && !nameless.test(stem) ? stem : name.split("/").at(-2);
}

function removeEndings(file: string): string {
  const without = file.replace(certificateEnding, "");
  return without === file ? file : removeEndings(without);
}

export function toFileName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
