-- Up Migration

-- What the shop sells, as last read: one row per variant. A variant that is gone keeps its row, so that its name can be shown.
create table shop_variant (
  connection_id text not null references connection on delete cascade,
  -- As orders name it: `variant:{id}`.
  variant_key text not null,
  variant_id bigint not null,
  product_id bigint not null,
  product_name text not null,
  -- Values of the options, ` / ` between them; empty for a product without options.
  options text not null,
  sku text not null,
  barcode text not null,
  -- Minor units in the currency of the shop, which variants do not name (CloudCart API 7.4); null: no price.
  price bigint,
  currency text,
  -- VAT in percent, where the shop showed one for this variant; REST does not (CloudCart API 4.13).
  tax_rate text,
  -- Decimal text; null: unlimited, or nothing said, see `unlimited`.
  quantity text,
  unlimited boolean not null,
  -- Quantities of an untracked product are ignored by the shop; null: the shop did not say.
  tracked boolean,
  active boolean,
  draft boolean,
  digital boolean,
  bundle boolean not null,
  -- Sold by weight or length: parts of a unit are a quantity.
  fractional boolean not null,
  unit text,
  has_description boolean not null,
  -- Last change of the product as the shop writes it.
  product_updated_at text,
  read_at timestamptz not null default clock_timestamp(),
  -- The report whose walk saw it last.
  seen_in bigint,
  gone_at timestamptz,
  primary key (connection_id, variant_key)
) with (fillfactor = 80);
create index shop_variant_of_product on shop_variant (connection_id, product_id);
create index shop_variant_sku on shop_variant (connection_id, sku);

-- The rest of what the warehouse says of an item. Rows that orders stored know it after the next report.
alter table warehouse_item
  add column barcode text not null default '',
  -- `[{"code": "WINE-6", "kind": "code", "ratio": "6"}]`; kind is `code` or `barcode`, ratio in base units.
  add column extra_codes jsonb not null default '[]',
  add column measure_id bigint,
  add column measure_name text not null default '',
  add column tax_group integer,
  add column group_id bigint,
  -- Price lists 1 to 10 at index 0 to 9, decimal text with VAT.
  add column prices jsonb not null default '[]',
  add column updated_at text,
  -- Every code in the form in which codes that people confuse are the same (src/domain/catalogue/codes.ts).
  add column folded_codes text[] not null default '{}',
  add column seen_in bigint,
  -- It is not in the warehouse's list any more; `deleted` says that the warehouse marked it.
  add column gone_at timestamptz;
create index warehouse_item_folded on warehouse_item using gin (folded_codes);

-- Links by hand: who, and why. A link that somebody refused stays as the memory of that: the item is not taken again.
alter table item_link
  add column linked_by text,
  add column reason text,
  add column refused_at timestamptz;
alter table item_link drop constraint item_link_matched_by_check;
alter table item_link add constraint item_link_matched_by_check
  check (matched_by in ('code', 'barcode', 'extra_code', 'manual', 'import'));
create index item_link_item on item_link (connection_id, warehouse_item_id);

-- Variants (`variant:{id}`) and items (`item:{id}`) that the merchant does not want to hear of.
create table match_ignored (
  connection_id text not null references connection on delete cascade,
  row_key text not null,
  ignored_by text not null,
  reason text not null,
  ignored_at timestamptz not null default clock_timestamp(),
  primary key (connection_id, row_key)
);

-- Match reports: asked for by the schedule, a person or an import. The newest finished one is what everybody reads.
create table match_report (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  asked_by text not null,
  state text not null default 'asked' check (state in ('asked', 'running', 'finished', 'abandoned')),
  asked_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  -- The last page that was read, or the last rows that were worked out.
  touched_at timestamptz not null default clock_timestamp(),
  -- From when on its rows are read by everybody.
  finished_at timestamptz,
  -- Where the walk over both sides stands.
  progress jsonb,
  -- Variants, items, requests, counts by state and note, and what changed against the report before.
  figures jsonb
);
create index match_report_of on match_report (connection_id, id desc);
-- One at a time: two would read every page twice.
create unique index match_report_under_way on match_report (connection_id) where state in ('asked', 'running');

-- One row per variant of the shop, and per item that only the warehouse has.
create table match_row (
  report_id bigint not null references match_report on delete cascade,
  row_key text not null,
  connection_id text not null,
  -- Null for what only the warehouse has.
  variant_key text,
  -- The linked item, or the one that will be linked.
  warehouse_item_id bigint,
  ratio text,
  matched_by text,
  state text not null,
  -- What is to be known besides: `price_differs`, `missing_description`, `bundle`, `untracked`, ...
  notes text[] not null default '{}',
  -- What the state is about, for instance the other variants with this code. No personal data.
  detail jsonb not null default '{}',
  -- An item that may be meant. Never applied by itself.
  suggested_item_id bigint,
  -- State in the report before; null: it had no such row.
  previous text,
  changed boolean not null default false,
  -- Lower case, in the order of the alphabet by their bytes.
  name_key text collate "C" not null,
  code_key text collate "C" not null,
  -- What the search looks in: codes, barcodes and names of both sides, lower case.
  search text collate "C" not null,
  primary key (report_id, row_key)
);
create index match_row_by_name on match_row (report_id, name_key, row_key);
create index match_row_by_code on match_row (report_id, code_key, row_key);
create index match_row_state_by_name on match_row (report_id, state, name_key, row_key);
create index match_row_changed on match_row (report_id, name_key, row_key) where changed;
create index match_row_item on match_row (report_id, warehouse_item_id) where warehouse_item_id is not null;
