-- wrk's requests: POST /v1/reservations for two neighbouring seats, a buyer after the other.
--   TOKENS  file with one token a line
--   MODE    fresh: every pair once, thread after thread from OFFSET on (what the seats are there for)
--           blind: any pair of SEATS
--           nowhere: a seat that the event does not have, so that tokens are verified and no seat is touched
-- Everything but the digits of the seats is put together once, so that the script costs little beside the servers.
local made = 0

function setup(thread)
  thread:set('id', made)
  made = made + 1
  thread:set('threads', tonumber(os.getenv('THREADS') or '1'))
end

function init(args)
  local mode = os.getenv('MODE') or 'fresh'
  local seats = tonumber(os.getenv('SEATS'))
  local offset = tonumber(os.getenv('OFFSET') or '0')
  local event = os.getenv('EVENT') or '1'
  local body = '{"event_id":"' .. event .. '","seat_ids":["%s","%s"]}'
  local length = #body - 4 + 14
  heads = {}
  local line = 0
  for token in io.lines(os.getenv('TOKENS')) do
    if line % threads == id then
      heads[#heads + 1] = 'POST /v1/reservations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ' .. token ..
        '\r\nContent-Type: application/json\r\nContent-Length: ' .. length .. '\r\n\r\n{"event_id":"' .. event ..
        '","seat_ids":["'
    end
    line = line + 1
  end
  buyers = #heads
  buyer = math.floor(buyers * (os.time() % 97) / 97)
  if mode == 'nowhere' then
    request = nowhere
  elseif mode == 'blind' then
    math.randomseed(os.time() * 7919 + id * 104729)
    pairs_count = seats / 2
    request = blind
  else
    local share = math.floor(seats / threads / 2) * 2
    next_seat = id * share + offset
    last_seat = (id + 1) * share
    first_seat = id * share
    request = fresh
  end
end

local format = string.format

function fresh()
  buyer = buyer % buyers + 1
  local seat = next_seat
  next_seat = seat + 2
  if next_seat >= last_seat then next_seat = first_seat end
  return format('%s%07d","%07d"]}', heads[buyer], seat, seat + 1)
end

function blind()
  buyer = buyer % buyers + 1
  local seat = math.random(0, pairs_count - 1) * 2
  return format('%s%07d","%07d"]}', heads[buyer], seat, seat + 1)
end

function nowhere()
  buyer = buyer % buyers + 1
  return heads[buyer] .. 'nowhere","nowhere"]}'
end

function request()
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(format('RESULT %d %d %d %d %.3f %.3f\n', summary.requests, e.status,
    e.connect + e.read + e.write + e.timeout, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
