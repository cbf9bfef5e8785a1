-- Up Migration

-- The list of what orders did to partners: few of the journal's rows.
create index journal_partner on journal (connection_id, id desc) where kind = 'partner';
