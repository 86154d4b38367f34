import { z } from "zod";

import { ADD_SHAPE, LEAD_SHAPE, mapped } from "../shapes.js";

const leads = z.array(object(LEAD_SHAPE));
const addLead = object(ADD_SHAPE);

export const name = "zod";
export const checkLeads = (rows) => leads.parse(rows);
export const checkAddLead = (payload) => addLead.parse(payload);

function object({ isStrict, fields }) {
  const members = mapped(fields, (field) => {
    return (field.list ? z.array(object({ isStrict, fields: field.list })) : text(field)).optional();
  });
  return isStrict ? z.strictObject(members) : z.object(members);
}

function text({ max, values }) {
  if (values) return z.enum(values);
  return max ? z.string().max(max) : z.string();
}
