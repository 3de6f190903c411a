-- Reads a session and counts this update in the person's rate, unless the
-- session has seen it. KEYS: session, rate. ARGV: update id (8 bytes), window (ms).
-- Returns the session and which one of the window this update is, from 1. One
-- that comes again, because its answer or its store failed, keeps its place.
local value = redis.call('GET', KEYS[1])
local header = 18 -- format, version, count of seen ids
if value and #value >= header then
  local n = string.byte(value, header)
  for i = 0, n - 1 do
    if string.sub(value, header + 1 + i * 8, header + 8 + i * 8) == ARGV[1] then
      return { value, 0 }
    end
  end
end
local place = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]))
if not place then
  place = redis.call('ZCARD', KEYS[2]) + 1
  redis.call('ZADD', KEYS[2], place, ARGV[1])
  if place == 1 then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
end
return { value, place }
