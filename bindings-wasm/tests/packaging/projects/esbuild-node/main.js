import * as qince from "qince-leads";
import { check } from "./check.mjs";

check(qince).then((results) => console.log(JSON.stringify(results)));
