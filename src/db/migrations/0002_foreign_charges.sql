-- Up Migration
-- breaking

-- Calls of other clients, each with its own end like our own charges: an estimate that nobody renews fades by
-- itself, where a mere number would keep an export waiting for ever.
alter table shop_budget add column foreign_charges timestamptz[] not null default '{}';
alter table shop_budget drop column foreign_use;
