-- Up Migration

-- People who use the panel. Passwords are argon2id in the PHC format.
create table panel_user (
  id bigint generated always as identity primary key,
  -- Lower case: one person has one account, however the address is typed.
  email text not null unique check (email = lower(email) and length(email) <= 254),
  name text not null check (length(name) between 1 and 100),
  role text not null check (role in ('viewer', 'operator', 'owner')),
  password_hash text not null,
  disabled_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);

-- Only hashes are stored: who reads the table can sign in as nobody.
create table panel_session (
  token_hash bytea primary key,
  user_id bigint not null references panel_user on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
);
create index panel_session_user on panel_session (user_id);

-- For machines and for the command line.
create table api_token (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique,
  name text not null check (length(name) between 1 and 100),
  role text not null check (role in ('viewer', 'operator', 'owner')),
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- Failures to sign in, by account and by address of the caller (hashed: an address is personal data).
create table sign_in_failure (
  subject bytea primary key,
  failures integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null
);

-- The code with which the first owner is made; void as soon as there is a user.
create table first_owner_code (
  code_hash bytea primary key,
  created_at timestamptz not null default clock_timestamp()
);

-- Who changed what in the panel, by the API or by the command line. Never secrets; kept when the connection is gone.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  connection_id text,
  action text not null,
  subject text,
  before jsonb,
  after jsonb,
  reason text
);
create index audit_connection on audit (connection_id, id desc);
