import { describe, expect, test } from "vitest";
import { toMicrochipSigner } from "../../../src/formats/microchip/known-signers.ts";

describe("a signer of manifests", () => {
  test.for([
    ["571d99841117e3acfb2f2888684588e3f97b3cd83c9ca03d0d0e3aec8b06ecb3", undefined],
    ["571d99841117e3afb34f28886045903fa785cc283dd2e8068e1e5ea4604ce0e3", "Manifest Signer 005"],
    ["", undefined],
  ] as const)("is told to be Microchip's by its id: %s", ([id, name]) => {
    expect(toMicrochipSigner(id)).toBe(name);
  });
});
