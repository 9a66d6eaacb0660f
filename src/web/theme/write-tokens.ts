import { tokensCss } from './tokens.ts'

await Bun.write(new URL('./tokens.css', import.meta.url), tokensCss())
