-- Writes a session where the stored version is the one that was read.
-- KEYS: session, rate. ARGV: version read (16 bytes, empty: none), new value,
-- update id (8 bytes), time to live (ms), most updates in a window (0: this one
-- is counted already), window (ms). Returns 1 written, 2 this update stands by
-- another's write, 3 it would be one too many, 0 the version differs. Repeating
-- it with the same value gives 1 again, so a client library may.
local value = redis.call('GET', KEYS[1])
local header = 18
local version = ''
if value and #value >= header then version = string.sub(value, 2, 17) end
if version == string.rep('\0', 16) then version = '' end -- damage: no write makes it
if version == ARGV[1] then
  if ARGV[5] ~= '0' then
    local place = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[3]))
    local fresh = not place
    if fresh then place = redis.call('ZCARD', KEYS[2]) + 1 end
    if place > tonumber(ARGV[5]) then return 3 end
    if fresh then
      redis.call('ZADD', KEYS[2], place, ARGV[3])
      if place == 1 then redis.call('PEXPIRE', KEYS[2], ARGV[6]) end
    end
  end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
  return 1
end
if version == string.sub(ARGV[2], 2, 17) then return 1 end
if version ~= '' then
  local n = string.byte(value, header)
  for i = 0, n - 1 do
    if string.sub(value, header + 1 + i * 8, header + 8 + i * 8) == ARGV[3] then return 2 end
  end
end
return 0
