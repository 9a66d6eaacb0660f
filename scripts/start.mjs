// `npm start [-- OPTION …]`: everything, set up and running.
import { launch } from './launch.mjs'
import { endWithNpm } from './npm.mjs'

const child = launch(['serve', ...process.argv.slice(2)])
endWithNpm(() => child.kill('SIGTERM'))
