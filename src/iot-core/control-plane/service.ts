/** The control plane, and the data plane, which here has the same port. */
export type Service = "iot" | "iot-data";
