import { existsSync } from 'node:fs'
import { stopUnusedPostgres } from '../src/platform/postgres/embedded.ts'
import { TEST_DATA_DIR } from '../test/harness/database.ts'

// Other test runs in this checkout keep it; then the last of them stops it.
if (existsSync(TEST_DATA_DIR)) await stopUnusedPostgres(TEST_DATA_DIR)
