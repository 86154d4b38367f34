import * as qince from "qince-leads";
import { check } from "./check.mjs";

console.log(JSON.stringify(await check(qince)));
