import * as qince from "qince-leads";
import * as testing from "qince-leads/testing";
import { check } from "./check.mjs";

await fetch("/results", { method: "POST", body: JSON.stringify(await check(qince, testing)) });
