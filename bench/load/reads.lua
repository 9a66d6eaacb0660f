-- Asks for one address as the command line says; prints its figures as holds.lua does.
local format = string.format

function done(summary, latency, requests)
  local e = summary.errors
  io.write(format('RESULT %d %d %d %d %.3f %.3f\n', summary.requests, e.status,
    e.connect + e.read + e.write + e.timeout, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
