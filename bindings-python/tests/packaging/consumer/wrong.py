"""A program that is wrong in each line with a remark: what mypy, and what pyright must say there."""

from __future__ import annotations

from qince_leads import AddLead, AsyncClient, Client, Lead, QueryLeads, Receipt, sign, verify_push

client = Client(openid="openid", app_key="key", retries=3)  # call-arg, reportCallIssue
client.add(emp_nam="负责人")  # call-arg, reportCallIssue
client.add(emp_name=1)  # arg-type, reportArgumentType
client.add(QueryLeads(code="L1"))  # arg-type, reportArgumentType
AddLead("负责人")  # call-arg|misc, reportCallIssue
AddLead(emp_name=b"x")  # arg-type, reportArgumentType
AddLead(emp_name="负责人", mobile_repeat="2")  # arg-type, reportArgumentType
receipt: Receipt = client.add(emp_name="负责人")
receipt.id = "1"  # misc, reportAttributeAccessIssue
name: str = next(iter(client.query(code="L1"))).cus_name  # assignment, reportAssignmentType
leads: list[Lead] = client.query(code="L1")  # assignment, reportAssignmentType
lead = next(iter(client.query(code="L1")))
lead.cusname  # attr-defined, reportAttributeAccessIssue
sign(client, AddLead(emp_name="负责人"))  # arg-type, reportArgumentType
verify_push(b"", secrets="secret")  # call-arg, reportCallIssue


async def work(waiting: AsyncClient) -> None:
    for each in waiting.query(code="L1"):  # attr-defined, reportGeneralTypeIssues
        print(each)
    added: Receipt = waiting.add(emp_name="负责人")  # assignment, reportAssignmentType
    print(added)
