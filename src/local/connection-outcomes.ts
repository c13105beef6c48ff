import { sentences } from "../iot-core/listener/outcome-sentences.ts";

/** Every outcome that a line of the log may have. */
export const connectionOutcomes: readonly string[] = Object.keys(sentences);
