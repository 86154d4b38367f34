import * as v from "valibot";

import { ADD_SHAPE, LEAD_SHAPE, mapped } from "../shapes.js";

const leads = v.array(object(LEAD_SHAPE));
const addLead = object(ADD_SHAPE);

export const name = "valibot";
export const checkLeads = (rows) => v.parse(leads, rows);
export const checkAddLead = (payload) => v.parse(addLead, payload);

function object({ isStrict, fields }) {
  const members = mapped(fields, (field) => {
    return v.optional(field.list ? v.array(object({ isStrict, fields: field.list })) : text(field));
  });
  return isStrict ? v.strictObject(members) : v.object(members);
}

function text({ max, values }) {
  if (values) return v.picklist(values);
  return max ? v.pipe(v.string(), v.maxLength(max)) : v.string();
}
