import pg from 'pg'

/** Steps a database's clock: for connections made from now on, `clock_timestamp()` is shifted by what is set. */
export async function steppableClock(
  url: string,
): Promise<{ shift(milliseconds: number): Promise<void>; close(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  // A schema before pg_catalog in the search path hides the real function from all that does not name its schema.
  await client.query(`
    create schema test_clock;
    create table test_clock.shift (milliseconds bigint not null);
    insert into test_clock.shift values (0);
    create function test_clock.clock_timestamp() returns timestamptz language sql volatile as
      'select pg_catalog.clock_timestamp() + milliseconds * interval ''1 ms'' from test_clock.shift';
    do $$ begin execute format('alter database %I set search_path = test_clock, public, pg_catalog', current_database()); end $$`)
  return {
    shift: async (milliseconds) =>
      void (await client.query('update test_clock.shift set milliseconds = $1', [milliseconds])),
    close: () => client.end(),
  }
}
