"""The questions a user asks of given samples: covered? which subset? how many?"""
