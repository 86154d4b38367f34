import * as qince from "qince-leads";
import { check } from "./check.mjs";

await fetch("/results", { method: "POST", body: JSON.stringify(await check(qince)) });
