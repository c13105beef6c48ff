import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../src/iot-core/listen.ts";

function setup() {
  const server = createServer();
  onTestFinished(() => void server.close());
  return server;
}

test("a taken port is named", async () => {
  const port = await listen(setup(), { port: 0 });
  await expect(listen(setup(), { port })).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: expect.stringContaining(`Port ${port} on 127.0.0.1`),
  });
});

test("what else keeps a server from listening stays as it is", async () => {
  const server = setup();
  const denied = Object.assign(new Error("denied"), { code: "EACCES" });
  const listening = listen(server, { port: 0 });
  server.emit("error", denied);
  await expect(listening).rejects.toBe(denied);
});
