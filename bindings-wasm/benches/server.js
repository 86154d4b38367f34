// Answers every request alike, beside the thread that is measured.

import { createServer } from "node:http";
import { parentPort } from "node:worker_threads";

const ANSWER = '{"return_code":"0","return_msg":null,"response_data":"4600000001586478077"}';

const server = createServer((request, response) => {
  request.resume().on("end", () => response.setHeader("Content-Type", "application/json").end(ANSWER));
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
