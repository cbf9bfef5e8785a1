-- Up Migration

-- A payment and an invoice of a document: neither can be read, repeated or taken back (micro.bg API 3.8), so that it
-- is about to be sent is stored first, and what was not answered is a question to a person. Null: nothing was sent.
alter table document add column payment_state text check (payment_state in ('sent', 'done', 'unknown'));
alter table document add column payment_amount bigint;
alter table document add column invoice_state text check (invoice_state in ('sent', 'done', 'unknown'));
alter table document add column invoice_number text;
-- Until when the request of one of them may still leave.
alter table document add column once_deadline_at timestamptz;
