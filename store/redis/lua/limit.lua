-- The one limit of what is sent on the bot's own accord, by all replicas (GCRA,
-- a burst of one). KEYS: when the next may go, the chat. ARGV: what one costs (µs),
-- what the replies since the last call cost (µs), how far ahead one may be
-- promised (µs), how long the chat is left alone after it (ms).
-- Returns {1, wait} where one may go after so long (µs), {0, wait} where to ask
-- again after so long. Replies only push the others back, by a second at most.
-- Repeating it promises one more, which only makes it slower.
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local next = tonumber(redis.call('GET', KEYS[1]) or '0')
if next < now then next = now end
if ARGV[2] ~= '0' then
  next = math.max(next, math.min(next + ARGV[2], now + 1000000))
end
local quiet = redis.call('PTTL', KEYS[2])
local promised, wait = 0, next - now
if quiet > 0 then
  wait = quiet * 1000
elseif wait <= tonumber(ARGV[3]) then
  promised = 1
  next = next + ARGV[1]
  redis.call('SET', KEYS[2], '', 'PX', math.ceil(wait / 1000) + ARGV[4])
end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', 10000)
return { promised, wait }
