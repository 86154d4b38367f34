import * as qince from "qince-leads";
import * as testing from "qince-leads/testing";
import { check } from "./check.mjs";

export const results = check(qince, testing).then(JSON.stringify);
