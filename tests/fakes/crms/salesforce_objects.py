"""The objects of the pretended Salesforce org and their standard fields, as in the vendor's object reference."""

from __future__ import annotations

PREFIX = {
    "Contact": "003",
    "Lead": "00Q",
    "Account": "001",
    "Task": "00T",
    "Case": "500",
    "Order": "801",
    "OrderItem": "802",
}
STANDARD = {
    "Contact": "Id Name Email Phone MobilePhone Title MailingCity MailingCountry AccountId",
    "Lead": "Id Name Email Phone MobilePhone Title City Country Company IsConverted",
    "Account": "Id Name Phone Type Industry BillingCity BillingCountry",
    "Task": "Id WhoId WhatId Subject Description Status Priority ActivityDate CreatedDate",
    "Case": "Id CaseNumber Subject Description Status Priority Origin ContactId AccountId CreatedDate",
    "Order": "Id OrderNumber Name AccountId BillToContactId ShipToContactId EffectiveDate TotalAmount Status StatusCode",
    "OrderItem": "Id OrderId Product2Id Quantity UnitPrice",
}
PARENTS = {"Contact": {"Account": "AccountId"}, "OrderItem": {"Product2": "Product2Id"}}
READ_ONLY = {"Id", "CreatedDate", "CaseNumber"}
LENGTHS = {"Subject": 255, "Description": 32_000, "Baton_Key__c": 255}
SEARCHED = {"EMAIL": ("Email",), "PHONE": ("Phone", "MobilePhone"), "NAME": ("Name",)}
