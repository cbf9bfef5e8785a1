-- Up Migration

-- Ids of all partners that fitted when it was last looked for, where there were several: somebody should merge them.
alter table partner_link add column candidates text;
