import * as qince from "qince-leads";
import { check } from "./check.mjs";

export default {
  async fetch() {
    return Response.json(await check(qince));
  },
};
