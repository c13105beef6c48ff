/**
 * Remembers what pure reading made of bytes: certificates of one maker say much the same again and
 * again. Hostile ones only make it forget.
 *
 * @param limits entries, and the longest bytes that are remembered at all.
 */
export function rememberByBytes<T>(
  read: (bytes: Uint8Array) => T,
  { entries, bytes: maxBytes }: { readonly entries: number; readonly bytes: number },
): (bytes: Uint8Array) => T {
  const known = new Map<string, T>();
  return (bytes) => {
    if (bytes.length > maxBytes) return read(bytes);
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = read(bytes);
    if (known.size >= entries) known.clear();
    known.set(key, value);
    return value;
  };
}
