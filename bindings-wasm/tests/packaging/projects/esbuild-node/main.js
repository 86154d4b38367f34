import * as qince from "qince-leads";
import * as testing from "qince-leads/testing";
import { check } from "./check.mjs";

check(qince, testing).then((results) => console.log(JSON.stringify(results)));
