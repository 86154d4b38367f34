import { Ajv } from "ajv";

import { ADD_SHAPE, LEAD_SHAPE, mapped } from "../shapes.js";

const ajv = new Ajv();
const leads = ajv.compile({ type: "array", items: object(LEAD_SHAPE) });
const addLead = ajv.compile(object(ADD_SHAPE));

export const name = "ajv";
export const checkLeads = (rows) => checked(leads, rows);
export const checkAddLead = (payload) => checked(addLead, payload);

function checked(validate, value) {
  if (!validate(value)) throw new Error(ajv.errorsText(validate.errors));
  return value;
}

function object({ isStrict, fields }) {
  const properties = mapped(fields, (field) => {
    return field.list ? { type: "array", items: object({ isStrict, fields: field.list }) } : text(field);
  });
  return { type: "object", properties, ...(isStrict && { additionalProperties: false }) };
}

function text({ max, values }) {
  return { type: "string", ...(values && { enum: values }), ...(max && { maxLength: max }) };
}
