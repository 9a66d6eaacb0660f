// `npm start`: everything, set up and running.
process.argv.splice(2, 0, 'serve')
await import('./launch.mjs')
