-- Up Migration

-- Since when a sweep of the shop saw nothing newer, and when the present one began: where nothing changed for longer than a
-- change can be late, one page proves that nothing did.
alter table sweep_progress add column watermark_since timestamptz;
alter table sweep_progress add column began_at timestamptz;
