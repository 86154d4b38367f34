import * as qince from "qince-leads";
import * as testing from "qince-leads/testing";
import { check } from "../../check.mjs";

export const dynamic = "force-dynamic";

export async function GET() {
  return Response.json(await check(qince, testing));
}
