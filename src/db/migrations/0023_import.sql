-- Up Migration

-- An import of the shop's goods into the warehouse, or the undo of one. Where it stands is decided here; the workflow only walks.
create table import_run (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  kind text not null check (kind in ('import', 'undo')),
  -- The import that is taken back.
  undo_of bigint references import_run,
  -- `planning`: the preview is worked out; `preview`: a person reads it; `discarded`: a newer preview took its place.
  state text not null
    check (state in ('planning', 'preview', 'running', 'paused', 'finished', 'cancelled', 'discarded')),
  -- The match report behind the preview.
  report_id bigint,
  -- What was asked for: measure and group of new items where no row says otherwise.
  options jsonb not null default '{}',
  -- What the account said of VAT, measures, currency and price lists when the preview was worked out.
  account jsonb,
  -- The last row that the preview reached.
  planned_to text not null default '',
  -- Why the preview could not be worked out.
  problem text,
  batches integer,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  started_by text,
  started_at timestamptz,
  finished_at timestamptz
);
create index import_run_of on import_run (connection_id, id desc);
-- One at a time: two would write over each other.
create unique index import_run_under_way on import_run (connection_id) where state in ('running', 'paused');

-- A row of the preview, and what became of it.
create table import_item (
  run_id bigint not null references import_run on delete cascade,
  variant_key text not null,
  connection_id text not null,
  -- Where it stands in the run; batches go by it once the run is started.
  batch integer,
  selected boolean not null default true,
  action text not null check (action in ('create', 'update', 'link', 'skip', 'delete', 'restore', 'unlink')),
  -- Of a skipped row.
  reason text,
  params jsonb not null default '{}',
  notes text[] not null default '{}',
  -- What was chosen for this row: `{"taxRate": "9", "measureId": 6, "groupId": 205}`; null: the rule decides.
  choices jsonb not null default '{}',
  -- The item to be made, see `NewItem`; or the changes with the texts before them, see `ItemChanges`.
  item jsonb,
  changes jsonb,
  -- The item that is changed, linked or deleted; of a created one what micro.bg answered.
  item_id bigint,
  ratio text,
  matched_by text,
  -- What the row says for people, also when the variant is gone.
  sku text not null,
  name text not null,
  -- Hash of what the shop showed of the variant: an item is made of what the person saw, or not at all.
  seen text not null default '',
  state text not null default 'planned' check (state in ('planned', 'done', 'failed', 'left')),
  outcome text,
  -- The link of the variant is of this run.
  linked boolean not null default false,
  -- What micro.bg said to a refusal, or what stood in the way.
  error text,
  done_at timestamptz,
  primary key (run_id, variant_key)
);
create index import_item_batch on import_item (run_id, batch, state);
create index import_item_by_action on import_item (run_id, action, variant_key);
create index import_item_done on import_item (run_id, done_at) where done_at is not null;

-- The right to write for one variant's item, and what was sent for it. micro.bg has no key that makes an insert happen once.
create table item_claim (
  connection_id text not null references connection on delete cascade,
  variant_key text not null,
  fence bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  state text not null check (state in ('free', 'sent', 'live')),
  -- The present holder stored the intent itself; else it is looked up before anything is sent.
  fresh boolean not null default true,
  -- How it was sent: under our code, under a code of micro.bg's, or as a change.
  way text check (way in ('code', 'auto', 'edit', 'delete')),
  -- Code, name and barcode as sent.
  sent jsonb,
  -- The highest id of an item that was known before: what was made afterwards has a higher one.
  floor_id bigint,
  -- An unanswered request takes effect until then, or never.
  landed_by timestamptz not null default '-infinity',
  item_id bigint,
  -- The run whose row was ended last under this claim: who comes late with the same row has nothing to do.
  done_run bigint,
  -- This account refuses codes with other signs than digits (Q-5).
  code_refused boolean not null default false,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (connection_id, variant_key)
);
create index item_claim_code_refused on item_claim (connection_id) where code_refused;

-- Whether price lists are written with VAT, as the first item made for this connection showed (Q-9).
create table price_write_mode (
  connection_id text primary key references connection on delete cascade,
  mode text not null check (mode in ('company', 'with', 'without')),
  learned_at timestamptz not null default clock_timestamp()
);

-- Orders of another process wait for this place: background work gives it back after the request under way.
alter table slot add column wanted_until timestamptz not null default '-infinity';
