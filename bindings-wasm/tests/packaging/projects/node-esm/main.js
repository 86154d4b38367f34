import * as qince from "qince-leads";
import * as testing from "qince-leads/testing";
import { check } from "./check.mjs";

console.log(JSON.stringify(await check(qince, testing)));
