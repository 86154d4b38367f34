// A push, signed with "push-secret" by Python's hashlib: without code of the SDK.

export const PUSH =
  "msgId=P-1&dataId=D-1&dataSource=biz&timestamp=1617206400000&status=0&tenantId=T-1" +
  "&dataType=salesLeads_follow" +
  "&data=%7B%22lead_ID%22%3A%22SK202101090003%22%2C" +
  "%22lead_name%22%3A%22%E7%A4%BA%E4%BE%8B%E5%85%AC%E5%8F%B8%22%7D" +
  "&digest=8004844473b1b2b1e4513b4feb03f067";

export const ACKNOWLEDGEMENT = '{"return_code":0,"return_msg":"","msg_id":"P-1"}';
