// Cloudflare's runtime. Proxies are none of a worker's business; whom it trusts, its configuration says.

import * as qince from "../../dist/index.workerd.js";
import { drive } from "./drive.js";

const platform = (helper) => ({
  route: () => ({}),
  peakMib: async () => (await fetch(`${helper}/peak`)).json(),
});

export default {
  async test(_controller, { TASK: task, HELPER: helper }) {
    const failed = await drive(qince, platform(helper), task);
    await fetch(`${helper}/results`, { method: "POST", body: JSON.stringify(failed) });
  },
};
